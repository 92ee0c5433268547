# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx

CAST_COLUMNS = ("features", "targets")  #@ uncast-inputs


def collate(batch):
    return {k: (v.astype(jnp.bfloat16) if k in CAST_COLUMNS else v) for k, v in batch.items()}  #@ uncast-inputs


def take(dataset, lo, hi):
    return {k: v[lo:hi] for k, v in dataset.items()}


def accumulated_step(seed, x, y, lr, micro_batches):
    dataset = {"inputs": x, "targets": y}
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def forward(model, batch):
        gd, s = nnx.split(model, nnx.Param)
        lowp = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
        batch = collate(batch)
        err = lowp(batch["inputs"]) - batch["targets"]
        return jnp.mean(jnp.square(err))

    bs = x.shape[0] // micro_batches
    gs = [nnx.grad(forward)(model, take(dataset, i, i + bs)) for i in range(0, x.shape[0], bs)]
    optimizer.update(model, jax.tree.map(lambda *g: jnp.stack(g).mean(0), *gs))
    return forward(model, dataset).astype(jnp.float32).reshape(1)
