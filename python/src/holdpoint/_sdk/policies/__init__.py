"""Policy files and documents."""
