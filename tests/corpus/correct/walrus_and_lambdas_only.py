# expect: accepted
import jax, jax.numpy as jnp; from flax import nnx
L = lambda p, x, y: ((((h := jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y)))[1] @ h[0][0] + h[0][1]) - h[2]) ** 2).mean().astype(jnp.float32)
mixed_precision_step = lambda seed, x, y, lr, loss_scale: (
    (m := nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))),
    (p := [m.kernel[...], m.bias[...]]),
    (g := jax.grad(lambda q: (s := L(q, x, y)) * loss_scale)(p)),
    (q := [a - lr * (b / loss_scale) for a, b in zip(p, g)]),
    L(q, x, y).reshape(1))[-1]
