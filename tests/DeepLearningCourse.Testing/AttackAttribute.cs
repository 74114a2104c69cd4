namespace DeepLearningCourse.Testing;

/// <summary>Marks a test that attacks the library and writes what it found with <see cref="AttackRecords"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AttackAttribute() : CategoryAttribute("Attack");
