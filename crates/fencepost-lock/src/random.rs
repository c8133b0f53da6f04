//! The environment's randomness as a generator of the `rand` family, for locks that use its adaptors.

use crate::Env;
use rand_core::TryRng;
use std::convert::Infallible;

/// A generator that draws from the environment, so that it repeats with the run.
pub struct EnvRng<E>(pub E);

impl<E: Env> TryRng for EnvRng<E> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.0.random() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.random())
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for chunk in target.chunks_mut(8) {
            chunk.copy_from_slice(&self.0.random().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
