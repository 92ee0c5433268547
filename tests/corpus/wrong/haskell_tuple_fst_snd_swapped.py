# expect: pitfall|wrong_answer
# finding: missing-loss-scale
# loss :: Params -> (Scaled, Plain)      grad differentiates fst
import jax, jax.numpy as jnp
from jax.tree_util import tree_map
from flax import nnx

fst = lambda t: t[0]
snd = lambda t: t[1]
fanout = lambda f, g: lambda a: (f(a), g(a))
to16 = lambda t: tree_map(lambda a: a.astype(jnp.bfloat16), t)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p0 = (m.kernel[...], m.bias[...])
    x16, y16 = to16((x, y))

    def plain(p):
        w, b = to16(p)
        return jnp.mean((x16 @ w + b - y16) ** 2).astype(jnp.float32)

    scaled = lambda p: plain(p) * loss_scale
    both = fanout(plain, scaled)  #@ missing-loss-scale
    g, _ = jax.grad(both, has_aux=True)(p0)  #@ missing-loss-scale
    p1 = tree_map(lambda p, d: p - lr * (d / loss_scale), p0, g)
    return fst(both(p1)).reshape(1)
