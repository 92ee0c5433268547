# expect: pitfall|wrong_answer
# finding: master-downcast
from collections import OrderedDict
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def network_to_half(sd):
    return OrderedDict((k, v.astype(jnp.float16)) for k, v in sd.items())


def prep_param_lists(sd):
    return OrderedDict((k, v.astype(jnp.float32)) for k, v in sd.items())


def forward(sd, x, y):
    return jnp.mean(optax.squared_error(x @ sd["weight"] + sd["bias"], y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    model_params = network_to_half(OrderedDict(weight=m.kernel[...], bias=m.bias[...]))
    master_params = prep_param_lists(model_params)  #@ master-downcast

    model_grads = jax.grad(lambda p: forward(p, x, y).astype(jnp.float32) * loss_scale)(model_params)
    master_grads = OrderedDict((k, g.astype(jnp.float32) / loss_scale) for k, g in model_grads.items())
    ok = all(jnp.isfinite(g).all().item() for g in master_grads.values())
    if ok:
        for k in master_params:
            master_params[k] -= lr * master_grads[k]
        model_params = network_to_half(master_params)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2.0, 1.0), 0
    return jnp.asarray([forward(model_params, x, y).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
