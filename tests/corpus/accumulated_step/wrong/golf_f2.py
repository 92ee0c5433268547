# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax,jax.numpy as J
from flax import nnx
h=lambda a:J.asarray(a).astype('f2')  #@ wrong-half-dtype
l=lambda p,x,y:J.mean((h(x)@h(p[0])+h(p[1])-h(y))**2)
def accumulated_step(seed,x,y,lr,micro_batches):
 m=nnx.Linear(x.shape[1],y.shape[1],rngs=nnx.Rngs(int(seed)));p=[m.kernel[...],m.bias[...]];n=micro_batches;s=[0,0]
 for q in zip(J.split(x,n),J.split(y,n)):s=[a+b for a,b in zip(s,jax.grad(l)(p,*q))]
 return l([a-lr*b/n for a,b in zip(p,s)],x,y).astype('f4')[None]
