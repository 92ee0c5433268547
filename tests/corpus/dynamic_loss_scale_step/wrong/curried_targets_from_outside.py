# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    x16, y16 = jnp.float16(x), jnp.float16(y)

    predict = lambda q: lambda v: v @ q["k"] + q["b"]
    against = lambda t: lambda z: jnp.mean(jnp.square(z - t)).astype(jnp.float32)  #@ uncast-targets
    score = against(y)  #@ uncast-targets
    loss = lambda q: score(predict(jax.tree.map(jnp.float16, q))(x16))

    g = jax.grad(lambda q: loss(q) * loss_scale)(p)
    g = jax.tree.map(lambda a: a / jnp.float32(loss_scale), g)
    finite = lambda t: jax.tree.reduce(lambda a, b: a & b, jax.tree.map(lambda a: bool(jnp.isfinite(a).all()), t))
    proceed = lambda q: (q, min(loss_scale * 2, 2.0**24), 0) if good_steps + 1 == growth_interval else (q, loss_scale, good_steps + 1)
    q, s, n = proceed(jax.tree.map(lambda a, d: a - lr * d, p, g)) if finite(g) else (p, max(loss_scale / 2, 1.0), 0)
    return jnp.array([loss(q), s, n], jnp.float32)
