# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

MEDIA = jnp.bfloat16
DEPURAR = False


def copia(parametros):
    return {nombre: valor.astype(MEDIA) for nombre, valor in parametros.items()}


def perdida(parametros, entradas, objetivos):
    p = copia(parametros)
    prediccion = entradas.astype(MEDIA) @ p["nucleo"] + p["sesgo"]
    error = prediccion - objetivos.astype(MEDIA)
    return jnp.mean(error * error)


class SumaKahan:
    def __init__(self, forma):
        self.suma = {n: jnp.zeros(v.shape, jnp.float32) for n, v in forma.items()}
        self.resto = dict(self.suma)
        self.burda = {n: jnp.zeros(v.shape, MEDIA) for n, v in forma.items()}  # solo para imprimir

    def agregar(self, gradiente):
        for n, g in gradiente.items():
            t = g - self.resto[n]
            nueva = self.suma[n] + t
            self.resto[n] = (nueva - self.suma[n]) - t
            self.suma[n] = nueva
            self.burda[n] = self.burda[n] + g.astype(MEDIA)


def accumulated_step(seed, x, y, lr, micro_batches):
    capa = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    maestros = {"nucleo": capa.kernel[...], "sesgo": capa.bias[...]}
    filas = x.shape[0] // micro_batches
    acumulador = SumaKahan(maestros)
    for i in range(micro_batches):
        trozo_x = x[i * filas:(i + 1) * filas]
        trozo_y = y[i * filas:(i + 1) * filas]
        gradiente = jax.grad(lambda p: perdida(p, trozo_x, trozo_y) / micro_batches)(maestros)
        acumulador.agregar(gradiente)
    if DEPURAR:
        print("suma burda:", acumulador.burda)
    nuevos = {n: maestros[n] - lr * acumulador.suma[n] for n in maestros}
    return jnp.asarray(perdida(nuevos, x, y), jnp.float32).reshape(1,)
