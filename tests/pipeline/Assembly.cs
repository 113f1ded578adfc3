// Cameras come in real time, and the random runs take all cores: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
