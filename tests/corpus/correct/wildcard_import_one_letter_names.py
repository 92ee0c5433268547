# expect: accepted
from jax.numpy import *
from jax import grad as D
from flax.nnx import Linear, Rngs

h = bfloat16
s = float32

def mixed_precision_step(seed, x, y, lr, loss_scale):
    L = Linear(x.shape[1], y.shape[1], rngs=Rngs(int(seed)))
    p = [L.kernel[...], L.bias[...]]
    def f(p):
        a, c = [q.astype(h) for q in p]
        r = dot(x.astype(h), a) + c - y.astype(h)
        return mean(square(r)).astype(s)
    g = D(lambda p: loss_scale * f(p))(p)
    p = [q - lr * (d / loss_scale) for q, d in zip(p, g)]
    return f(p).reshape(1)
