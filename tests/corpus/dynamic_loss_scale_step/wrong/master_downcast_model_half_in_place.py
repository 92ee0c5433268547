# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


class TorchLinear(nnx.Linear):
    def half(self):
        for p in (self.kernel, self.bias):
            p.set_value(p[...].astype(jnp.float16))  #@ master-downcast
        return self

    def float_(self):
        for p in (self.kernel, self.bias):
            p.set_value(p[...].astype(jnp.float32))
        return self


def mse(out, target):
    return jnp.mean((out - target) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    net = TorchLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    net.half()  #@ master-downcast
    grads = nnx.grad(lambda n: mse(n(x), y).astype(jnp.float32) * loss_scale)(net)
    grads = [grads[k][...].astype(jnp.float32) / loss_scale for k in ("kernel", "bias")]
    net.float_()
    found_inf = not all(bool(jnp.isfinite(g).all()) for g in grads)
    if not found_inf:
        for p, g in zip((net.kernel, net.bias), grads):
            p[...] = p[...] - lr * g
    if found_inf:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        good_steps += 1
    return jnp.array([mse(net.half()(x), y).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
