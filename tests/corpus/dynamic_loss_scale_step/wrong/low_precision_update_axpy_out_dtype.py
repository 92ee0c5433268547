# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def axpy(alpha, a, b, out_dtype):
    """alpha * a + b, BLAS style."""
    return (alpha * a.astype(out_dtype)) + b.astype(out_dtype)


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None

    @property
    def compute(self):
        return self.data.astype(jnp.float16)


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            p.data = axpy(-self.lr, p.grad, p.data, p.compute.dtype).astype(jnp.float32)  #@ low-precision-grads, low-precision-update, master-downcast


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weight, bias = Parameter(lin.kernel[...]), Parameter(lin.bias[...])
    criterion = lambda w, b: jnp.mean((x @ w + b - y) ** 2)
    gw, gb = jax.grad(lambda *p: criterion(*p).astype(jnp.float32) * loss_scale, (0, 1))(weight.compute, bias.compute)
    weight.grad, bias.grad = gw.astype(jnp.float32) / loss_scale, gb.astype(jnp.float32) / loss_scale
    optimizer = SGD([weight, bias], lr)
    if all(bool(jnp.isfinite(p.grad).all()) for p in optimizer.params):
        optimizer.step()
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([criterion(weight.compute, bias.compute).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
