# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax, jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def squares(theta, X, Y):
    E = jnp.dot(X, theta[0].astype(H)) + theta[1].astype(H) - Y
    return E * E


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [net.kernel[...], net.bias[...]]
    X, Y = jnp.array(x, dtype=H), jnp.array(y, dtype=H)
    G = [jnp.zeros(t.shape) for t in theta]
    for Xi, Yi in zip(jnp.split(X, micro_batches), jnp.split(Y, micro_batches)):
        out, vjp = jax.vjp(lambda t: squares(t, Xi, Yi).mean(), theta)
        G = [a + b for a, b in zip(G, vjp(jnp.ones((), out.dtype))[0])]
    theta = [t - (lr / micro_batches) * g for t, g in zip(theta, G)]
    return squares(theta, X, Y).mean(keepdims=True).astype(jnp.float32)  #@ wrong-output-shape
