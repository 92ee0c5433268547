# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Acelerador:
    """Como accelerate.Accelerator: divide la perdida y acumula."""

    def __init__(self, modelo, pasos):
        self.modelo = modelo
        self.pasos = pasos
        self._grads = None

    def backward(self, perdida, *lote):
        dividida = lambda m: perdida(m, *lote) / self.pasos
        nuevo = nnx.grad(dividida)(self.modelo)
        # None: el primer lote; si no, sumar (float32)
        self._grads = nuevo if self._grads is None else jax.tree.map(lambda a, b: a + b, self._grads, nuevo)

    def step(self, optimizador):
        optimizador.update(self.modelo, self._grads)
        self._grads = None


def perdida(modelo, a, b):
    definicion, estado = nnx.split(modelo)
    copia = nnx.merge(definicion, jax.tree.map(lambda p: p.astype(jnp.bfloat16), estado))
    error = copia(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)
    return jnp.mean(error * error)


def accumulated_step(seed, x, y, lr, micro_batches):
    modelo = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizador = nnx.Optimizer(modelo, optax.sgd(lr), wrt=nnx.Param)
    ac = Acelerador(modelo, micro_batches)
    tam = x.shape[0] // micro_batches
    inicio = 0
    while inicio < x.shape[0]:
        ac.backward(perdida, x[inicio:inicio + tam], y[inicio:inicio + tam])
        inicio += tam
    ac.step(optimizador)
    return jnp.array(perdida(modelo, x, y), jnp.float32, ndmin=1)
