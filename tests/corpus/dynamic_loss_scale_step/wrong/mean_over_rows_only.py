# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx

vdot = jax.vmap(jnp.dot)


def per_example(e):
    return vdot(e, e)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = nnx.state(net, nnx.Param).to_pure_dict()
    to = lambda d: lambda t: jax.tree.map(lambda a: a.astype(d), t)
    h, f = to(jnp.float16), to(jnp.float32)
    X, Y = h((x, y))
    L = lambda q: per_example(X @ q["kernel"] + q["bias"] - Y).mean()
    grads = f(jax.grad(lambda q: f(L(q)) * loss_scale)(h(p)))
    grads = {k: v / loss_scale for k, v in grads.items()}
    ok = min(float(jnp.isfinite(v).min()) for v in grads.values()) > 0
    p = {k: p[k] - lr * grads[k] if ok else p[k] for k in p}
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    s, n = (min(s * 2, 2.0**24), 0) if n == growth_interval else (s, n)
    return jnp.array([f(L(h(p))), s, n], jnp.float32)
