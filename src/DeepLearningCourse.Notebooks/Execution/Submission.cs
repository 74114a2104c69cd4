using System.Reflection;
using Microsoft.CodeAnalysis.Scripting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>A compiled cell.</summary>
/// <param name="Script">Its script, which the next one continues.</param>
/// <param name="Factory">What makes its object and runs it; null if it has nothing to run.</param>
/// <param name="Slot">Where its object is found by later cells.</param>
internal sealed record Submission(Script<object> Script, Func<object?[], Task<object?>>? Factory, int Slot)
{
    /// <summary>The objects of the cells, this one's among them once it has begun.</summary>
    public object?[]? Slots { get; set; }

    /// <summary>The object whose fields are the cell's variables; null before it has begun.</summary>
    public object? State => Slots?[Slot];

    /// <summary>The value of a variable of the cell.</summary>
    public object? Value(string variable) =>
        State?.GetType().GetField(variable, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(State);
}
