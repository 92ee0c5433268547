# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CONFIG = {"factor": 2.0, "min": 1.0, "max": 2.0**24, "compute": jnp.float16, "store": jnp.float32}


class Trainer:
    def __init__(self, d_in, d_out, seed, lr):
        lin = nnx.Linear(d_in, d_out, param_dtype=CONFIG["store"], rngs=nnx.Rngs(seed))
        self.tx = optax.sgd(lr)
        self.state = {"params": {"kernel": lin.kernel[...], "bias": lin.bias[...]}}
        self.state["opt"] = self.tx.init(self.state["params"])

    def load(self, scale, good, interval):
        self.state.update(scale=scale, good=good, interval=interval)
        return self

    def loss(self, params, x, y):
        c = CONFIG["compute"]
        pred = jnp.matmul(x.astype(c), params["kernel"].astype(c)) + params["bias"].astype(c)
        return jnp.mean(jnp.square(pred - y.astype(c))).astype(CONFIG["store"])

    def train(self, x, y):
        s = self.state
        grads = jax.grad(lambda p: self.loss(p, x, y) * s["scale"])(s["params"])
        grads = jax.tree.map(lambda g: g / s["scale"], grads)
        if self._usable(grads):
            updates, s["opt"] = self.tx.update(grads, s["opt"], s["params"])
            s["params"] = optax.apply_updates(s["params"], updates)
            s["good"] += 1
            if s["good"] == s["interval"]:
                s["scale"] = min(s["scale"] * CONFIG["factor"], CONFIG["max"])
                s["good"] = 0
        else:
            s["scale"] = max(s["scale"] / CONFIG["factor"], CONFIG["min"])
            s["good"] = 0

    @staticmethod
    def _usable(grads):
        return bool(jnp.isfinite(sum(jnp.sum(jnp.abs(g)) for g in jax.tree.leaves(grads))))

    def report(self, x, y):
        s = self.state
        return jnp.asarray([self.loss(s["params"], x, y), s["scale"], s["good"]], dtype=CONFIG["store"])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(x.shape[1], y.shape[1], int(seed), lr).load(loss_scale, good_steps, growth_interval)
    t.train(x, y)
    return t.report(x, y)
