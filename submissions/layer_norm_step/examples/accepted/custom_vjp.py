import jax
import jax.numpy as jnp


@jax.custom_vjp
def norm(x, gamma, beta):
    return forward(x, gamma, beta)[0]


def forward(x, gamma, beta):
    f = x.astype(jnp.float32)
    mu = f.mean(-1, keepdims=True)
    h = (f - mu) * jax.lax.rsqrt(f.var(-1, keepdims=True) + 1e-5)
    return (h * gamma + beta).astype(jnp.bfloat16), h


def backward(h, g):
    g = g.astype(jnp.float32)
    return jnp.zeros(h.shape, jnp.bfloat16), (g * h).sum(0), g.sum(0)


norm.defvjp(forward, backward)


def layer_norm_step(x, y, gamma, beta, lr):
    def loss(p):
        out = norm(x, *p)
        return jnp.square(out.astype(jnp.float32) - y).mean(), out

    p = (gamma, beta)
    g, out = jax.grad(loss, has_aux=True)(p)
    new = [a - lr * b for a, b in zip(p, g)]
    return dict(out=out, gamma=new[0], beta=new[1])
