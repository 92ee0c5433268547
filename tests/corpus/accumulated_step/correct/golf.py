# expect: accepted
import jax,jax.numpy as J
from flax import nnx
H=lambda*t:[J.asarray(a,'bfloat16')for a in t]
def L(p,x,y):w,b,x,y=H(*p,x,y);return((x@w+b-y)**2).mean()
def accumulated_step(seed,x,y,lr,micro_batches):m=nnx.Linear(x.shape[1],y.shape[1],rngs=nnx.Rngs(int(seed)));p=m.kernel[...],m.bias[...];k=micro_batches;return L([a-lr*(sum(g)/k)for a,g in zip(p,zip(*(jax.grad(L)(p,*t)for t in zip(J.split(x,k),J.split(y,k)))))],x,y).astype('f')[None]
