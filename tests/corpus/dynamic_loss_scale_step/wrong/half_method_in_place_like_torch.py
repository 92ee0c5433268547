# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class TorchLike(nnx.Module):
    def __init__(self, n_in, n_out, seed):
        self.fc = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(seed))

    def half(self):
        for p in (self.fc.kernel, self.fc.bias):
            p[...] = p[...].astype(jnp.float16)  #@ master-downcast
        return self

    def __call__(self, t):
        return t @ self.fc.kernel[...].astype(t.dtype) + self.fc.bias[...].astype(t.dtype)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = TorchLike(x.shape[1], y.shape[1], int(seed))
    optim = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    worker = net.half()  #@ master-downcast
    data, target = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def criterion(m):
        return jnp.mean((m(data) - target) ** 2)

    grads = nnx.grad(lambda m: criterion(m).astype(jnp.float32) * loss_scale)(worker)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if all([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]):
        optim.update(net, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([criterion(net), loss_scale, good_steps], dtype=jnp.float32)
