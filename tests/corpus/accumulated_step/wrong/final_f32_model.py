# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    opt = optax.sgd(lr)
    opt_state = opt.init(params)

    def loss(params, xb, yb, dtype=jnp.float32):
        params, xb, yb = jax.tree.map(lambda t: t.astype(dtype), (params, xb, yb))
        return jnp.mean((nnx.merge(graphdef, params)(xb) - yb) ** 2)  #@ full-precision-final-loss

    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    grads = [jax.grad(loss)(params, xb, yb, dtype=jnp.bfloat16) for xb, yb in parts]
    mean = jax.tree.map(lambda *g: sum(g) / micro_batches, *grads)
    updates, opt_state = opt.update(mean, opt_state)
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).reshape(1)  #@ full-precision-final-loss
