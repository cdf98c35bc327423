//! A list in segments, so that parts read in parallel join without being copied.

/// Many values in the order of their segments.
#[derive(Clone, Debug)]
pub struct Segmented<T> {
    segments: Vec<Vec<T>>,
    starts: Vec<u32>,
}

impl<T> Segmented<T> {
    /// Takes the segments over; empty ones are dropped.
    ///
    /// # Panics
    /// With more than four billion values, which no memory holds.
    pub fn new(segments: Vec<Vec<T>>) -> Self {
        let segments: Vec<_> = segments.into_iter().filter(|segment| !segment.is_empty()).collect();
        let mut starts = Vec::with_capacity(segments.len());
        let mut total = 0u32;
        for segment in &segments {
            starts.push(total);
            total += u32::try_from(segment.len()).expect("fewer than four billion resources");
        }
        Self { segments, starts }
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The value at a position.
    pub fn get(&self, index: u32) -> Option<&T> {
        let segment = self.starts.partition_point(|start| *start <= index).checked_sub(1)?;
        self.segments[segment].get((index - self.starts[segment]) as usize)
    }

    /// Every value in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.segments.iter().flatten()
    }

    /// The segments, for work in parallel.
    pub fn segments(&self) -> &[Vec<T>] {
        &self.segments
    }

    /// The segments, to change values in parallel.
    pub(super) fn segments_mut(&mut self) -> &mut [Vec<T>] {
        &mut self.segments
    }

    /// Drops the values whose positions are listed, in ascending order.
    pub fn remove(&mut self, positions: &[u32]) {
        let mut doomed = positions.iter().copied().peekable();
        let mut position = 0;
        for segment in &mut self.segments {
            segment.retain(|_| {
                let remove = doomed.next_if_eq(&position).is_some();
                position += 1;
                !remove
            });
        }
        *self = Self::new(std::mem::take(&mut self.segments));
    }
}

impl<T> Default for Segmented<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::Segmented;

    #[test]
    fn positions_run_through_the_segments() {
        let mut list = Segmented::new(vec![vec![1, 2], vec![], vec![3], vec![4, 5, 6]]);
        assert_eq!((0..7).map(|at| list.get(at).copied()).collect::<Vec<_>>(), {
            vec![Some(1), Some(2), Some(3), Some(4), Some(5), Some(6), None]
        });
        list.remove(&[1, 2, 5]);
        assert_eq!(list.iter().copied().collect::<Vec<_>>(), [1, 4, 5]);
        assert_eq!(list.len(), 3);
    }
}
