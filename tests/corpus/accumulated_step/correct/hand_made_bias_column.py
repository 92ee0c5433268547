# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def con_unos(x):
    return np.concatenate([np.asarray(x), np.ones((x.shape[0], 1), np.float32)], axis=1)


def perdida(matriz, entrada, objetivo):
    pred = jnp.tensordot(entrada, matriz.astype(jnp.bfloat16), axes=1)
    return jnp.mean(jnp.square(pred - objetivo))


def accumulated_step(seed, x, y, lr, micro_batches):
    capa = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    matriz = jnp.vstack([capa.kernel[...], capa.bias[...]])
    entrada, objetivo = jnp.asarray(con_unos(x), jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    pendiente = jax.jit(jax.grad(perdida))
    por_parte = entrada.shape[0] // micro_batches
    indices = np.arange(entrada.shape[0]).reshape(micro_batches, por_parte)
    suma = np.zeros(matriz.shape, np.float32)
    for filas in indices:
        suma += np.asarray(pendiente(matriz, entrada[filas], objetivo[filas]))
    suma /= micro_batches
    matriz = matriz - lr * suma
    return jnp.float32(perdida(matriz, entrada, objetivo)).reshape(1)
