using System.Globalization;

namespace DeepLearningCourse.Hosting;

/// <summary>The jobs by their names.</summary>
internal sealed class JobCatalog
{
    // The queue's file holds the parameters of all runs, and is written at each step of their way through it.
    private const int MostCharacters = 65_536;

    private readonly Dictionary<string, Func<TrainingContext, TrainingWork>> factories = [];

    /// <exception cref="ArgumentException">The name is taken, or cannot begin the name of a folder.</exception>
    public void Add(string name, Func<TrainingContext, TrainingWork> create)
    {
        if (!IsFolderName(name))
        {
            throw new ArgumentException($"The job '{name}' cannot give its name to the folders of its runs: take letters, digits, '-', '_' and '.', beginning with a letter or digit.", nameof(name));
        }

        if (!factories.TryAdd(name, create))
        {
            throw new ArgumentException($"There is a job '{name}' already: give this one another name.", nameof(name));
        }
    }

    /// <summary>The factory of a job.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public Func<TrainingContext, TrainingWork> Find(string name) => factories.TryGetValue(name, out var create) ? create
        : throw new ArgumentException(
            $"There is no job '{name}'. Register it with AddTrainer(...).AddJob(\"{name}\", ...); there {(factories.Count == 0 ? "is none" : $"are {string.Join(", ", factories.Keys)}")}.");

    /// <summary>Refuses an order that could only fail.</summary>
    /// <exception cref="ArgumentException">There is no job of its name, or it has a value it cannot have.</exception>
    public void Require(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _ = Find(job.Name ?? "");

        if (job.Epochs < 1)
        {
            throw new ArgumentException($"TrainingJob.Epochs is {job.Epochs}: it is the number of times the data is gone through, at least 1.");
        }

        if (job.LearningRate is { } rate && TrainerServiceOptionsValidation.LearningRateProblem(rate, "TrainingJob.LearningRate") is { } problem)
        {
            throw new ArgumentException(problem);
        }

        if (job.Parameters is null || job.Parameters.Values.Any(value => value is null))
        {
            throw new ArgumentException("TrainingJob.Parameters, or one of them, is null: leave out what is not there.");
        }

        if (job.Parameters.Sum(each => (long)each.Key.Length + each.Value.Length) is > MostCharacters and var length)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"TrainingJob.Parameters has {length} characters, and the queue's file takes {MostCharacters} for a run: put what is larger into a file, and give its name."));
        }
    }

    /// <summary>Whether a name is the same on every system's disk.</summary>
    public static bool IsFolderName(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
