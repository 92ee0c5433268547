# expect: accepted
# point-free as far as Python lets me
from functools import partial, reduce
import jax, jax.numpy as jnp
from jax import tree_util as tu
from flax import nnx

compose = lambda *fs: reduce(lambda f, g: lambda *a: f(g(*a)), fs)
fmap = lambda f: partial(tu.tree_map, f)
liftA2 = lambda f: lambda s, t: tu.tree_map(f, s, t)

b16 = fmap(lambda v: jax.lax.convert_element_type(v, jnp.bfloat16))
f32 = fmap(lambda v: jax.lax.convert_element_type(v, jnp.float32))

apply = lambda x: lambda wb: jnp.einsum('ni,io->no', x, wb[0]) + wb[1]
sqErr = lambda y: lambda p: jnp.square(p - y)

def lossOf(x, y):
    return compose(jnp.mean, sqErr(b16(y)), apply(b16(x)), b16)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    θ = (m.kernel[...], m.bias[...])
    ℓ = lossOf(x, y)
    scaled = compose(lambda l: l * loss_scale, f32, ℓ)
    _, tangentMap = jax.linearize(scaled, θ)
    cotangentMap = jax.linear_transpose(tangentMap, θ)
    (ĝ,) = cotangentMap(jnp.ones((), jnp.float32))
    g = compose(fmap(lambda v: v / loss_scale), f32)(ĝ)
    θʹ = liftA2(lambda p, d: p - lr * d)(θ, g)
    return compose(lambda v: v[None], f32, ℓ)(θʹ)
