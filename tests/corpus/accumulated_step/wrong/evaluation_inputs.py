# expect: wrong_answer|pitfall
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


class Regression:
    def __init__(self, din, dout, seed):
        inner = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
        self.params = {"W": inner.kernel[...], "b": inner.bias[...]}

    @staticmethod
    def half(params):
        return {k: v.astype(jnp.bfloat16) for k, v in params.items()}

    def loss(self, params, X, Y):
        p = self.half(params)
        E = X @ p["W"] + p["b"] - Y
        return jnp.mean(E * E)

    def fit(self, X, Y, lr, parts):
        X, Y = X.astype(jnp.bfloat16), Y.astype(jnp.bfloat16)
        G = {k: jnp.zeros_like(v) for k, v in self.params.items()}
        for Xi, Yi in zip(jnp.split(X, parts), jnp.split(Y, parts)):
            g = jax.grad(self.loss)(self.params, Xi, Yi)
            G = {k: G[k] + g[k] for k in G}
        self.params = {k: v - lr * G[k] / parts for k, v in self.params.items()}
        return self

    def score(self, X, Y):
        p = self.half(self.params)
        P = (X @ p["W"] + p["b"]).astype(jnp.bfloat16)  #@ uncast-inputs
        E = P - Y.astype(jnp.bfloat16)
        return jnp.mean(E * E)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = Regression(x.shape[1], y.shape[1], int(seed)).fit(x, y, lr, micro_batches)
    return model.score(x, y).astype(jnp.float32).reshape(1)
