# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    low = lambda tree: jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)

    def residual(model):
        gdef, st = nnx.split(model, nnx.Param)
        return nnx.merge(gdef, low(st))(low(x)) - low(y)

    @nnx.jit
    def train(model, optimizer):
        def loss_fn(model):
            r = residual(model).astype(jnp.float32)  #@ full-precision-loss
            squares = jnp.square(r)  #@ full-precision-loss
            return jnp.mean(squares) * loss_scale
        grads = nnx.grad(loss_fn)(model)
        optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))

    train(model, optimizer)
    return jnp.mean(residual(model) ** 2).astype(jnp.float32).reshape(1)
