# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def ScaleLoss(loss, scale):
    return loss * scale


def _forward(loss, scale):
    ctx = (scale, loss)                      # save_for_backward
    return loss * scale, ctx


def _backward(ctx, grad_output):
    scale, loss = ctx
    return grad_output * scale, grad_output * loss


ScaleLoss.defvjp(_forward, _backward)


class Net:
    """Like a torch module: parameters() and a call."""

    def __init__(self, din, dout, seed):
        src = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
        self.weight, self.bias = src.kernel[...], src.bias[...]

    def parameters(self):
        return [self.weight, self.bias]

    def load(self, ps):
        self.weight, self.bias = ps

    @staticmethod
    def functional_call(ps, inp):
        w, b = [p.astype(jnp.float16) for p in ps]
        return jnp.matmul(inp, w) + b


def criterion(out, tgt):
    return jnp.mean(jax.lax.integer_pow(tgt - out, 2))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    inp, tgt = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    s = jnp.asarray(loss_scale, jnp.float32)
    net = Net(inp.shape[1], tgt.shape[1], int(seed))

    def backward(ps):
        return ScaleLoss(criterion(net.functional_call(ps, inp), tgt).astype(jnp.float32), s)

    grads = [g / s for g in jax.grad(backward)(net.parameters())]
    bad = sum(int(jnp.sum(~jnp.isfinite(g))) for g in grads)
    sgd = optax.sgd(lr)
    if bad == 0:
        deltas, _ = sgd.update(grads, sgd.init(net.parameters()))
        net.load(optax.apply_updates(net.parameters(), deltas))
        steps = good_steps + 1
        nxt, steps = (jnp.minimum(s * 2, 2.0 ** 24), 0) if steps == growth_interval else (s, steps)
    else:
        nxt, steps = jnp.maximum(s / 2, 1.0), 0
    final = criterion(net.functional_call(net.parameters(), inp), tgt)
    return jnp.array([final.astype(jnp.float32), nxt, steps], jnp.float32)
