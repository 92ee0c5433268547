# expect: accepted
import functools as ft, operator as op
import jax, jax.numpy as jnp
from flax import nnx

compose = lambda *fs: ft.reduce(lambda f, g: lambda *a: f(g(*a)), fs)
tmap = lambda f: ft.partial(jax.tree.map, f)
to16, to32 = (tmap(op.methodcaller('astype', d)) for d in (jnp.float16, jnp.float32))
leaves_ok = compose(ft.partial(ft.reduce, op.and_), ft.partial(map, compose(jnp.all, jnp.isfinite)), jax.tree.leaves)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    split = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    apply = ft.partial(nnx.merge, split[0])
    xh, yh = to16((jnp.asarray(x), jnp.asarray(y)))
    error = lambda p: op.sub(apply(to16(p))(xh), yh)
    loss = compose(to32, jnp.mean, lambda e: op.mul(e, e), error)
    times, by = (tmap(ft.partial(op.mul, jnp.float32(s))) for s in (loss_scale, 1 / loss_scale))
    grads = compose(by, to32, jax.grad(compose(times, loss)))(split[1])
    ok = leaves_ok(grads)
    stepped = jax.tree.map(op.add, split[1], tmap(lambda g: g * -lr)(grads))
    params = (split[1], stepped)[int(ok)]
    table = {(True, False): (1, good_steps + 1), (True, True): (2, 0), (False, True): (.5, 0), (False, False): (.5, 0)}
    factor, count = table[bool(ok), good_steps + 1 == growth_interval]
    return jnp.array([loss(params), min(max(factor * loss_scale, 1.), 2.**24), count], jnp.float32)
