# expect: accepted
from typing import NamedTuple, Any
import jax
import jax.numpy as jnp
import optax
from flax import nnx

_NAMES = {'f16': jnp.float16, 'half': jnp.float16, 'bf16': jnp.bfloat16, 'f32': jnp.float32, 'full': jnp.float32}


class Policy(NamedTuple):
    param_dtype: Any
    compute_dtype: Any
    output_dtype: Any

    def cast_to_param(self, t):
        return _cast(t, self.param_dtype)

    def cast_to_compute(self, t):
        return _cast(t, self.compute_dtype)

    def cast_to_output(self, t):
        return _cast(t, self.output_dtype)


def get_policy(text):
    pairs = dict(item.split('=') for item in text.split(','))
    return Policy(_NAMES[pairs['params']], _NAMES[pairs['compute']], _NAMES[pairs['output']])


def _cast(tree, dtype):
    return jax.tree.map(lambda a: a.astype(dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree)


class DynamicLossScale(NamedTuple):
    loss_scale: jax.Array
    counter: jax.Array
    period: jax.Array
    factor: int = 2
    min_loss_scale: float = 1.0
    max_loss_scale: float = 16777216.0

    def scale(self, tree):
        return jax.tree.map(lambda a: a * self.loss_scale.astype(a.dtype), tree)

    def unscale(self, tree):
        inv = 1 / self.loss_scale
        return jax.tree.map(lambda a: a * inv.astype(a.dtype), tree)

    def adjust(self, grads_finite):
        grow = self.counter == self.period - 1
        up = jnp.where(grow, jnp.minimum(self.loss_scale * self.factor, self.max_loss_scale), self.loss_scale)
        down = jnp.maximum(self.min_loss_scale, self.loss_scale / self.factor)
        # jmp: (counter + 1) % period, and 0 when not finite
        return self._replace(loss_scale=jnp.where(grads_finite, up, down),
                             counter=((self.counter + 1) % self.period) * grads_finite)


def all_finite(tree):
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(a)) for a in jax.tree.leaves(tree)]))


def select_tree(pred, a, b):
    return jax.tree.map(lambda u, v: jax.lax.select(pred, u, v), a, b)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy = get_policy('params=f32,compute=half,output=full')
    scaler = DynamicLossScale(jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval))
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    batch = policy.cast_to_compute((jnp.asarray(x), jnp.asarray(y)))

    def loss_fn(p, b):
        inputs, labels = b
        logits = nnx.merge(gdef, policy.cast_to_compute(p))(inputs)
        return policy.cast_to_output(jnp.mean((labels - logits) ** 2))

    grads = jax.grad(lambda p: scaler.scale(loss_fn(p, batch)))(params)
    grads = scaler.unscale(policy.cast_to_param(grads))
    ok = all_finite(grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = select_tree(ok, optax.apply_updates(params, updates), params)
    scaler = scaler.adjust(ok)
    return jnp.concatenate([jnp.atleast_1d(v).astype(jnp.float32)
                            for v in (loss_fn(params, batch), scaler.loss_scale, scaler.counter)])
