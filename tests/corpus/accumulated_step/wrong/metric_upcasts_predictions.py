# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


class Regressor:
    def __init__(self, eta, n_parts, random_state):
        self.eta, self.n_parts, self.random_state = eta, n_parts, random_state

    def _decision(self, coef, X):
        return X.astype(jnp.bfloat16) @ coef[0].astype(jnp.bfloat16) + coef[1].astype(jnp.bfloat16)

    def _objective(self, coef, X, y):
        return jnp.mean((self._decision(coef, X) - y.astype(jnp.bfloat16)) ** 2)

    def partial_fit(self, X, y):
        lin = nnx.Linear(X.shape[1], y.shape[1], rngs=nnx.Rngs(self.random_state))
        coef = (lin.kernel[...], lin.bias[...])
        g = [jax.grad(self._objective)(coef, a, b) for a, b in zip(jnp.split(X, self.n_parts), jnp.split(y, self.n_parts))]
        mean = [jnp.stack(v).sum(0) / self.n_parts for v in zip(*g)]
        self.coef_ = tuple(c - self.eta * m for c, m in zip(coef, mean))
        return self

    def predict(self, X):
        return self._decision(self.coef_, X)


def mean_squared_error(y_true, y_pred):
    y_true = jnp.asarray(y_true, dtype=np.float32)  #@ full-precision-final-loss
    y_pred = jnp.asarray(y_pred, dtype=np.float32)  #@ full-precision-final-loss
    return jnp.average((y_true - y_pred) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    reg = Regressor(eta=lr, n_parts=micro_batches, random_state=int(seed)).partial_fit(x, y)
    score = mean_squared_error(y.astype(jnp.bfloat16), reg.predict(x))  #@ full-precision-final-loss
    return score[None]
