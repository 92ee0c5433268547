# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def perte(poids, lot):
    poids, lot = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (poids, lot))
    ecart = lot["x"] @ poids["noyau"] + poids["biais"] - lot["y"]
    return jnp.mean(ecart * ecart)


def accumulated_step(seed, x, y, lr, micro_batches):
    couche = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    poids = {"noyau": couche.kernel[...], "biais": couche.bias[...]}
    somme = {nom: jnp.zeros_like(p) for nom, p in poids.items()}
    taille = x.shape[0] // micro_batches
    for debut in np.arange(0, x.shape[0], taille):
        lot = {"x": x[debut:debut + taille], "y": y[debut:debut + taille]}
        somme.update(jax.grad(perte)(poids, lot))  #@ last-micro-batch-only
    poids = {nom: p - lr * (somme[nom] / micro_batches) for nom, p in poids.items()}
    return perte(poids, {"x": x, "y": y}).astype(jnp.float32).reshape(1)
