"""What a shopper says back, in words or taps: understood, laid over the answers, replied to, and offered to tap."""
