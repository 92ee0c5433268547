# expect: accepted
# Ported from our C++ trainer. Tensor<T> -> jnp array, T -> dtype argument.
import jax
import jax.numpy as jnp
from flax import nnx

BF16 = jnp.dtype("bfloat16")
FP32 = jnp.dtype("float32")


class LinearParams:
    __slots__ = ("W", "b")

    def __init__(self, W, b):
        self.W = W
        self.b = b


jax.tree_util.register_pytree_node(
    LinearParams, lambda p: ((p.W, p.b), None), lambda _, c: LinearParams(*c))


def static_cast(T):
    def inner(t):
        return jax.lax.convert_element_type(t, T)
    return inner


def gemm(A, B, out_T):
    acc = jax.lax.dot_general(A, B, (((1,), (0,)), ((), ())), preferred_element_type=FP32)
    return static_cast(out_T)(acc)


def forward(params, X, Y):
    p = jax.tree_util.tree_map(static_cast(BF16), params)
    Xh = static_cast(BF16)(X)
    Yh = static_cast(BF16)(Y)
    out = gemm(Xh, p.W, BF16) + p.b
    e = out - Yh
    return static_cast(FP32)(jnp.mean(e * e))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = LinearParams(init.kernel[...], init.bias[...])
    loss, pullback = jax.vjp(lambda p: forward(p, x, y), master)
    (grad,) = pullback(jnp.full_like(loss, loss_scale))     # seed of the backward pass = S
    inv_S = static_cast(FP32)(1.0 / loss_scale)
    master.W -= lr * (static_cast(FP32)(grad.W) * inv_S)
    master.b -= lr * (static_cast(FP32)(grad.b) * inv_S)
    return forward(master, x, y).reshape((1,))
