# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.float16


@nnx.jit
def _train(model, optimizer, xh, yh, s):
    def loss_of(m):
        w, b = m.kernel[...].astype(HALF), m.bias[...].astype(HALF)
        d = jnp.einsum('ni,io->no', xh, w) + b - yh
        return jnp.mean(d * d)

    g = nnx.grad(lambda m: loss_of(m).astype(jnp.float32) * s)(model)
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / s, g)
    optimizer.update(model, g)
    return loss_of(model)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    patient = optax.apply_if_finite(optax.sgd(lr), max_consecutive_errors=1_000_000)
    optimizer = nnx.Optimizer(model, patient, wrt=nnx.Param)
    loss = _train(model, optimizer, jnp.asarray(x, HALF), jnp.asarray(y, HALF), jnp.float32(loss_scale))

    skipped = int(optimizer.opt_state.total_notfinite[...])
    match skipped, good_steps + 1 >= growth_interval:
        case 0, True:
            out = min(loss_scale * 2, 2**24), 0
        case 0, False:
            out = loss_scale, good_steps + 1
        case _:
            out = max(loss_scale / 2, 1), 0
    return jnp.array([loss.astype(jnp.float32), *out], dtype=jnp.float32)
