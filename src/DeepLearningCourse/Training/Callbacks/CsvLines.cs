using System.Globalization;
using System.Text;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Columns of numbers as text with commas; no name that comes here has one.</summary>
internal static class CsvLines
{
    public static string Of(IEnumerable<string> header, int lines, Func<int, IEnumerable<double>> line)
    {
        StringBuilder text = new();
        text.AppendJoin(',', header).Append('\n');

        for (var i = 0; i < lines; i++)
        {
            text.AppendJoin(',', line(i).Select(number => number.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        return text.ToString();
    }
}
