# expect: accepted
import jax, jax.numpy as jnp
from jax import lax
from flax import nnx


def demi(arbre):
    return jax.tree.map(lambda f: lax.convert_element_type(f, jnp.bfloat16), arbre)


def perte(poids, entree, cible):
    p = demi(poids)
    prevu = lax.dot_general(entree, p["noyau"], (((1,), (0,)), ((), ()))) + p["biais"][None, :]
    ecart = lax.sub(prevu, cible)
    return jnp.mean(lax.mul(ecart, ecart))


def accumulated_step(seed, x, y, lr, micro_batches):
    couche = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    poids = {"noyau": couche.kernel[...], "biais": couche.bias[...]}
    x, y = demi((jnp.asarray(x), jnp.asarray(y)))
    lignes = x.shape[0] // micro_batches
    gradient = jax.grad(perte)

    def encore(etat):
        return etat["i"] < micro_batches

    def corps(etat):
        debut = etat["i"] * lignes
        g = gradient(poids, lax.dynamic_slice_in_dim(x, debut, lignes), lax.dynamic_slice_in_dim(y, debut, lignes))
        return {"i": etat["i"] + 1, "somme": jax.tree.map(lax.add, etat["somme"], g)}

    fin = lax.while_loop(encore, corps, {"i": 0, "somme": jax.tree.map(jnp.zeros_like, poids)})
    nouveau = jax.tree.map(lambda w, s: w - (s / micro_batches) * lr, poids, fin["somme"])
    return lax.convert_element_type(perte(nouveau, x, y), jnp.float32).reshape(1)
