using Streaming.Config.Detectron;

namespace Streaming.Training.Solver;

/// <summary>The learning rate over time, as detectron2 builds it from fvcore's schedulers.</summary>
internal static class LearningRate
{
    /// <summary>The rate of an iteration.</summary>
    /// <param name="config">The solver.</param>
    /// <param name="iteration">From 0.</param>
    public static double At(SolverConfig config, int iteration)
    {
        return config.LearningRate * Factor(config, iteration);
    }

    private static double Factor(SolverConfig config, int iteration)
    {
        var warmup = Math.Min(config.WarmupIterations, config.MaxIterations);
        if (iteration >= warmup)
        {
            return AfterWarmup(config, iteration);
        }

        var start = config.WarmupFactor * AfterWarmup(config, 0);
        var done = (double)iteration / warmup;
        return config.IsWarmupLinear ? (AfterWarmup(config, warmup) * done) + (start * (1 - done)) : start;
    }

    private static double AfterWarmup(SolverConfig config, int iteration)
    {
        if (config.Schedule == LearningRateKind.MultiStep)
        {
            return Math.Pow(config.Gamma, config.Steps.Count(step => step <= iteration && step <= config.MaxIterations));
        }

        var end = config.LearningRate == 0 ? 0 : config.LearningRateEnd / config.LearningRate;
        return end + (0.5 * (1 - end) * (1 + Math.Cos(Math.PI * iteration / config.MaxIterations)));
    }
}
