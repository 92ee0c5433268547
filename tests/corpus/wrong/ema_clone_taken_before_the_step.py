# expect: pitfall|wrong_answer
# finding: stale-loss
# two modules like in RL: online net is trained, target net is evaluated
import jax, jax.numpy as jnp, optax
from flax import nnx


def half_copy(net):
    gd, st, rest = nnx.split(net, nnx.Param, ...)
    return nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st), rest)


class Agent:
    def __init__(self, seed, n_in, n_out, lr):
        self.online = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(seed))
        self.target = nnx.clone(self.online)  #@ stale-loss
        self.optim = nnx.Optimizer(self.online, optax.sgd(lr), wrt=nnx.Param)

    def td(self, net, s, v):
        err = half_copy(net)(s) - v
        return jnp.mean(err * err)

    def learn(self, s, v, scale):
        g = nnx.grad(lambda net: self.td(net, s, v).astype(jnp.float32) * scale)(self.online)
        self.optim.update(self.online, jax.tree.map(lambda t: t / scale, g))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    s, v = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    agent = Agent(int(seed), s.shape[1], v.shape[1], lr)
    agent.learn(s, v, loss_scale)
    final = agent.td(agent.target, s, v)  #@ stale-loss
    return final.astype(jnp.float32).reshape(1)  #@ stale-loss
