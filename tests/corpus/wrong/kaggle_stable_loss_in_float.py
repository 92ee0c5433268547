# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax, jax.numpy as jnp, optax
from flax import nnx

def bf(t): return t.astype(jnp.bfloat16)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def train_loss(model):
        logits = model(bf(x)); labels = bf(y)
        # loss in fp32 for stability (discussion/318442)
        loss = jnp.mean(jnp.square(logits.astype('float32') - labels.astype('float32')))  #@ full-precision-loss
        return loss * loss_scale

    def metric(model):
        return jnp.mean(jnp.square(model(bf(x)) - bf(y)))

    g = nnx.grad(train_loss)(model)
    opt.update(model, jax.tree.map(lambda t: t / loss_scale, g))
    return jnp.array([metric(model)]).astype('float32')
