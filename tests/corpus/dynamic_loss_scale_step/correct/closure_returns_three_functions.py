# expect: accepted
# 中文注释：把缩放器写成闭包，不用类。
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_scaler(scale, good, interval):
    def scale_loss(loss):  # 放大（float32）
        return jnp.asarray(loss, jnp.float32) * scale

    def unscale(grads):  # 还原
        return jax.tree.map(lambda g: jnp.asarray(g, jnp.float32) / scale, grads)

    def advance(finite):  # 下一步的缩放和计数
        if finite:
            return (scale, good + 1) if good + 1 < interval else (min(scale * 2, 2.0**24), 0)
        return max(scale / 2, 1.0), 0

    return scale_loss, unscale, advance


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scale_loss, unscale, advance = make_scaler(loss_scale, good_steps, growth_interval)
    模型 = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    优化器 = nnx.Optimizer(模型, optax.sgd(lr), wrt=nnx.Param)

    def 损失(m):
        k, b, xs, ys = (a.astype(jnp.float16) for a in (m.kernel[...], m.bias[...], x, y))
        return jnp.mean(jnp.square(xs @ k + b - ys))

    梯度 = unscale(nnx.grad(lambda m: scale_loss(损失(m)))(模型))
    有限 = not any(jnp.any(~jnp.isfinite(g)) for g in jax.tree.leaves(梯度))
    if 有限:
        优化器.update(模型, 梯度)
    return jnp.array([损失(模型).astype(jnp.float32), *advance(有限)], dtype=jnp.float32)
