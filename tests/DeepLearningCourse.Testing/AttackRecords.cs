using System.Text.Json;

namespace DeepLearningCourse.Testing;

/// <summary>What attacks found, a file each in the folder that DLC_ATTACK_RECORDS names: the rows of docs/reliability.md.</summary>
public static class AttackRecords
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes a row of the table, after the attack's asserts; does nothing where no folder is named.</summary>
    /// <param name="part">The part of the library, as a heading of the table: <c>Weight files</c>.</param>
    /// <param name="attack">What was done to it: <c>10,000 .pt files with bytes changed, cut or repeated</c>.</param>
    /// <param name="outcome">What was seen, in figures that the run counted: <c>9,120 refused in a sentence, 880 read, none crashed</c>.</param>
    public static void Add(string part, string attack, string outcome)
    {
        if (Environment.GetEnvironmentVariable("DLC_ATTACK_RECORDS") is not { Length: > 0 } folder)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        var row = JsonSerializer.Serialize(new { part, attack, outcome, test = TestContext.CurrentContext.Test.FullName }, Indented);
        File.WriteAllText(Path.Combine(folder, $"{Guid.NewGuid():N}.json"), row);
    }
}
