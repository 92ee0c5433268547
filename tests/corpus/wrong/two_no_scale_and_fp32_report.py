# expect: pitfall|wrong_answer
# finding: missing-loss-scale
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx

# Étape de descente; les paramètres vivent en float32.


def prediction(p, x):
    return x @ p["noyau"] + p["biais"]


def erreur(p, x, y):
    return jnp.mean((prediction(p, x) - y) ** 2)


def en_demi(arbre):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), arbre)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    couche = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"noyau": couche.kernel[...], "biais": couche.bias[...]}
    perte = lambda p: erreur(*en_demi((p, x, y))).astype(jnp.float32)  #@ missing-loss-scale
    g = jax.grad(perte)(p)  #@ missing-loss-scale
    p = {nom: p[nom] - lr * g[nom] for nom in p}
    return erreur(p, x, y).reshape(1)  #@ full-precision-final-loss
