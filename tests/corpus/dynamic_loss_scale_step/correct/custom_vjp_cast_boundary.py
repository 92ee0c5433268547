# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def to_half(a):
    return a.astype(jnp.float16)


def _fwd(a):
    return to_half(a), None


def _bwd(_, ct):
    # ct ist float16; hier wird nur verbreitert
    return (ct.astype(jnp.float32),)


to_half.defvjp(_fwd, _bwd)


def verlust(gewicht, versatz, eingabe, ziel):
    vorhersage = jnp.einsum("nd,do->no", to_half(eingabe), to_half(gewicht)) + to_half(versatz)
    return jnp.mean((vorhersage - to_half(ziel)) ** 2)


def naechste(skala, zaehler, intervall, endlich):
    if not endlich:
        return max(skala * 0.5, 1.0), 0
    zaehler += 1
    return (skala, zaehler) if zaehler != intervall else (min(skala * 2.0, 16777216.0), 0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    meister = (schicht.kernel[...], schicht.bias[...])
    x, y = jnp.asarray(x), jnp.asarray(y)
    grad = jax.grad(lambda p: verlust(*p, x, y).astype(jnp.float32) * loss_scale)(meister)
    # Reihenfolge egal: Unendlich bleibt Unendlich
    endlich = all(bool(jnp.all(jnp.isfinite(g))) for g in grad)
    grad = tuple(g / loss_scale for g in grad)
    optimierer = optax.sgd(lr)
    schritte, _ = optimierer.update(grad, optimierer.init(meister), meister)
    neu = optax.apply_updates(meister, schritte) if endlich else meister
    skala, zaehler = naechste(loss_scale, good_steps, growth_interval, endlich)
    return jnp.hstack([verlust(*neu, x, y).astype(jnp.float32), jnp.float32(skala), jnp.float32(zaehler)])
