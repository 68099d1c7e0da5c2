//! Figures of numbers that pass by once.

use super::summary::Numbers;

/// Mean and spread by Welford's method, which stays exact where sums of squares would not. See
/// Knuth, *The Art of Computer Programming*, volume 2, 4.2.2.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    count: u64,
    min: f64,
    max: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    pub(super) fn add(&mut self, number: f64) {
        if self.count == 0 {
            (self.min, self.max) = (number, number);
        }
        self.count += 1;
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        let distance = number - self.mean;
        self.mean += distance / self.count as f64;
        self.squares += distance * (number - self.mean);
    }

    pub(super) fn figures(&self) -> Option<Numbers> {
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        (self.count > 0).then(|| Numbers {
            count: self.count,
            min: self.min,
            max: self.max,
            mean: finite(self.mean),
            deviation: match self.count {
                0 | 1 => None,
                count => finite((self.squares / (count - 1) as f64).sqrt()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(numbers: &[f64]) -> Option<Numbers> {
        let mut moments = Moments::default();
        for number in numbers {
            moments.add(*number);
        }
        moments.figures()
    }

    #[test]
    fn a_known_sample() {
        let numbers = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let figures = figures(&numbers).unwrap();
        assert_eq!((figures.count, figures.min, figures.max), (8, 2.0, 9.0));
        assert_eq!(figures.mean, Some(5.0));
        // The squares of the distances sum up to 32.
        assert!((figures.deviation.unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_small_spread_far_from_zero_is_not_lost() {
        // The textbook's sum of squares gives zero or worse here.
        let figures = figures(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]).unwrap();
        assert!((figures.deviation.unwrap() - 30.0_f64.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn nothing_is_made_up() {
        assert_eq!(figures(&[]), None);
        assert_eq!(figures(&[3.0]).unwrap().deviation, None);
        let beyond = figures(&[f64::MAX, f64::MIN]).unwrap();
        assert_eq!(beyond.deviation, None);
        assert_eq!((beyond.min, beyond.max), (f64::MIN, f64::MAX));
    }
}
