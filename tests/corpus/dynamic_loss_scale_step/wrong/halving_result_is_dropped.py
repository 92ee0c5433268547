# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class S:
    scale: float
    count: int

    def halve(self):
        return self.replace(scale=max(self.scale / 2, 1.0))

    def zero(self):
        return self.replace(count=0)

    def double(self):
        return self.replace(scale=min(self.scale * 2, 2.0**24))

    def inc(self):
        return self.replace(count=self.count + 1)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    s = S(loss_scale, good_steps)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        p = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean(jnp.square(p - y.astype(jnp.float16)))

    g = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * s.scale)(model)
    g = jax.tree.map(lambda a: a / s.scale, g)
    if jnp.isfinite(optax.global_norm(g)):
        opt.update(model, g)
        s = s.inc()
        if s.count == growth_interval:
            s = s.double().zero()
    else:
        s.halve()  #@ scale-not-reduced
        s = s.zero()
    return jnp.array([loss_fn(model).astype(jnp.float32), s.scale, s.count], dtype=jnp.float32)
