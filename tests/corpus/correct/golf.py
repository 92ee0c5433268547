# expect: accepted
import jax,jax.numpy as j
from flax.nnx import*
def mixed_precision_step(seed,x,y,lr,loss_scale):
 m=Linear(x.shape[1],y.shape[1],rngs=Rngs(int(seed)));h='bfloat16';L=lambda p:j.float32(j.mean((x.astype(h)@p[0].astype(h)+p[1].astype(h)-y.astype(h))**2));p=m.kernel[...],m.bias[...]
 return L([a-lr/loss_scale*b for a,b in zip(p,jax.grad(lambda p:L(p)*loss_scale)(p))])[None]
