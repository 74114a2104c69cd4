using System.Globalization;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Why a saved state does not fit a schedule.</summary>
internal static class StateDifferences
{
    public static List<string> Between(ScheduleState saved, ScheduleState here)
    {
        List<string> differences = [];
        Collect(saved, here, "", differences);
        return differences;
    }

    private static void Collect(ScheduleState saved, ScheduleState here, string where, List<string> differences)
    {
        if (saved.Kind != here.Kind)
        {
            differences.Add($"{where}it is of {saved.Kind}, and this is {here.Kind}");
            return;
        }

        Groups(saved, here, where, differences);
        Options(saved, here, where, differences);

        foreach (var name in here.Values.Keys.Where(name => !saved.Values.ContainsKey(name)))
        {
            differences.Add($"{where}it lacks the number '{name}'");
        }

        if (saved.Schedules.Count != here.Schedules.Count)
        {
            differences.Add($"{where}it has {saved.Schedules.Count} schedules inside, and this has {here.Schedules.Count}");
            return;
        }

        for (var i = 0; i < here.Schedules.Count; i++)
        {
            Collect(saved.Schedules[i], here.Schedules[i], $"{where}in schedule {i} ", differences);
        }
    }

    private static void Groups(ScheduleState saved, ScheduleState here, string where, List<string> differences)
    {
        if (saved.LearningRates.Count != here.LearningRates.Count || saved.BaseLearningRates.Count != here.BaseLearningRates.Count)
        {
            differences.Add($"{where}it has {saved.LearningRates.Count} groups, and the optimizer has {here.LearningRates.Count}");
        }
        else if (saved.Momenta.Count != here.Momenta.Count)
        {
            differences.Add($"{where}it has momenta of {saved.Momenta.Count} groups, and this schedule changes those of {here.Momenta.Count}");
        }

        if (saved.StepCount < 0 || saved.LearningRates.Concat(saved.BaseLearningRates).Any(rate => !double.IsFinite(rate) || rate < 0))
        {
            differences.Add($"{where}it has a negative count of steps, or a learning rate that is negative or no finite number");
        }
    }

    private static void Options(ScheduleState saved, ScheduleState here, string where, List<string> differences)
    {
        foreach (var name in here.Options.Keys.Union(saved.Options.Keys))
        {
            var (was, now) = (saved.Options.GetValueOrDefault(name, "missing"), here.Options.GetValueOrDefault(name, "missing"));

            if (was != now)
            {
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{where}its {name} is {was}, and here it is {now}"));
            }
        }
    }
}
