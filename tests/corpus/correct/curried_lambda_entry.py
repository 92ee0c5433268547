# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

let = lambda value: lambda body: body(value)
h = lambda *v: [a.astype(jnp.bfloat16) for a in v]
f = lambda a: a.astype(jnp.float32)
mse = lambda x, y: lambda p: (lambda w, b, x, y: jnp.mean((x @ w + b - y) ** 2))(*h(*p, x, y))
build = lambda seed, x, y: nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
pair = lambda m: [m.kernel[...], m.bias[...]]

mixed_precision_step = lambda seed, x, y, lr, loss_scale: let(mse(x, y))(
    lambda loss: let(pair(build(seed, x, y)))(
        lambda p: let(jax.grad(lambda q: f(loss(q)) * loss_scale)(p))(
            lambda g: let([a - lr * (d / loss_scale) for a, d in zip(p, g)])(
                lambda new: f(loss(new)).reshape(1)))))
