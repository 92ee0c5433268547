# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.float16


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = layer.kernel[...], layer.bias[...]
    X, Y = H(x), H(y)

    def L(W16, b16):
        E = X @ W16 + b16 - Y
        return jnp.mean(E * E)

    def scaled(W16, b16):
        return L(W16, b16).astype(jnp.float32) * loss_scale

    gW, gb = jax.grad(scaled, (0, 1))(H(W), H(b))
    biggest = jnp.finfo(H).max
    # nan <= biggest is False, too
    ok = bool((jnp.abs(gW) <= biggest).all() and (jnp.abs(gb) <= biggest).all())
    step = lr / loss_scale
    if ok:
        W = W - step * gW.astype(jnp.float32)
        b = b - step * gb.astype(jnp.float32)

    match (ok, good_steps + 1 >= growth_interval):
        case (True, True):
            s, n = min(loss_scale * 2, 2.0**24), 0
        case (True, False):
            s, n = loss_scale, good_steps + 1
        case _:
            s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([L(H(W), H(b)), s, n], jnp.float32)
