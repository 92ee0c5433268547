# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfView:
    """Stores what it is given, shows a bfloat16 copy of it."""

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.slot).astype(jnp.bfloat16)

    def __set__(self, obj, value):
        setattr(obj, self.slot, value)


class Problem:
    w, b, x, y = HalfView(), HalfView(), HalfView(), HalfView()

    def __init__(self, w, b, x, y):
        self.w, self.b, self.x, self.y = w, b, x, y

    def cost(self):
        return jnp.mean((self.x @ self.w + self.b - self.y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    problem = Problem(init.kernel[...], init.bias[...], x, y)

    def scaled(w, b):
        return jnp.float32(Problem(w, b, problem._x, problem._y).cost()) * loss_scale

    gw, gb = jax.grad(scaled, (0, 1))(problem._w, problem._b)
    problem.w = problem._w - lr * (gw / loss_scale)
    problem.b = problem._b - lr * (gb / loss_scale)
    return jnp.atleast_1d(jnp.float32(problem.cost()))
