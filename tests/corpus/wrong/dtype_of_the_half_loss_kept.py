# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax,jax.numpy as jnp,optax
from flax import nnx
def mixed_precision_step(seed,x,y,lr,loss_scale):
    h=jnp.bfloat16;m=nnx.Linear(x.shape[1],y.shape[1],dtype=h,rngs=nnx.Rngs(int(seed)));o=nnx.Optimizer(m,optax.sgd(lr/loss_scale),wrt=nnx.Param)
    L=lambda m:jnp.mean((m(x)-y.astype(h))**2)
    o.update(m,nnx.grad(lambda m:L(m).astype(jnp.float32)*loss_scale)(m))
    return L(m)[None]  #@ wrong-output-dtype
